"""Invented names: each list is ordinary, each pairing is chance. No list is taken from a register of real people."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIRLS = _words("""
    Aaliyah Abigail Ada Agnieszka Aisha Alice Amara Amelia Anaya Aoife Beatrice Bethan Bronwen Carys Chloe
    Chioma Clara Daisy Dalia Edith Eleri Eliza Emily Esme Fatima Faye Freya Georgia Grace Gurleen Hana Harriet
    Imani Inaya Iris Isla Ivy Jasmine Jessica Kezia Khadija Lara Layla Leila Lily Lowri Maisie Maryam Megan Mei
    Mia Millie Nadia Naomi Nia Niamh Olivia Oluchi Orla Phoebe Poppy Priya Rhiannon Rosa Ruby Sadia Saoirse
    Seren Shanice Simran Sofia Tegan Thea Tia Willow Yasmin Zainab Zara Zofia Zuri
""")
BOYS = _words("""
    Aaron Abdullah Adam Aidan Alfie Amir Anton Archie Arjun Arlo Ben Bilal Callum Charlie Cian Connor Daniel
    David Dewi Dominik Dylan Ebenezer Eesa Elijah Emeka Ethan Ezra Felix Finley Fraser Freddie Gethin George
    Gurpreet Hamza Harri Harvey Hugo Ibrahim Isaac Ismail Jack Jakub Jayden Joshua Kai Kieran Kofi Kwame Leo
    Lewis Logan Louis Luca Malachi Mateusz Max Mohammed Musa Nathan Noah Oisin Oliver Omar Oscar Owen Rajan
    Reece Reuben Rhys Rohan Ryan Samir Samuel Sebastian Stefan Tariq Theo Tomos Tyrese Umar William Xavier Yusuf
    Zac
""")
SURNAMES = _words("""
    Adeyemi Ahmed Akhtar Allsop Anand Armitage Asante Aspinall Atwell Bains Balogun Banerjee Barraclough Begum
    Bellamy Bevan Blackett Boateng Bolton Brannigan Bright Brocklehurst Cadogan Carver Chaudhry Chen Clegg
    Colclough Coleman Crowther Dangerfield Davies Desai Dhillon Diallo Dobson Doherty Dunmore Eastham Edmunds
    Ellery Enright Eze Fairclough Farrow Fenwick Fernandes Flynn Fofana Gallagher Garside Ghosh Gilfoyle Goddard
    Gorski Greenhalgh Grewal Griffiths Hadley Hague Haigh Hallam Hargreaves Hassan Hawthorne Hewitt Holroyd
    Hossain Hughes Hussain Iqbal Islam Jarvis Jenkins Joshi Kaczmarek Kamara Kaur Keating Kelleher Khan
    Kirkbride Kowalska Lancaster Latham Leadbetter Lewin Li Lloyd Lomax Lowther Madaki Mahmood Malik Marsden
    Mbeki Mensah Merrick Miah Mistry Morgan Mulligan Musa Nasser Ndlovu Nkemelu Nolan Nowak Nuttall Oakden Obi
    Ogden Okafor Olusola Onyango Openshaw Osborne Osei Owusu Pargeter Parmar Patel Pemberton Petrov Pickles
    Pilkington Popescu Prosser Qureshi Rahman Rai Ramsbottom Rashid Redfern Rees Rigby Roberts Rossi Rowbotham
    Sahota Salako Sandhu Scholes Sesay Shah Sharma Shaw Siddiqui Silva Singh Slater Sowerby Stansfield Stubbs
    Suleman Sutcliffe Tattersall Thapa Thorne Threlfall Tomlinson Tran Tunnicliffe Unsworth Uddin Varley Verma
    Wadsworth Walmsley Wang Warsame Whitehead Whittle Widdowson Williams Winstanley Wojcik Wrigley Yeboah Yilmaz
    Younis Zaman
""")
WOMEN = _words("""
    Adaeze Alison Amina Angela Anita Bernadette Blessing Caroline Cerys Claire Denise Ewa Farida Gemma Halima
    Helen Jaswinder Joanne Karen Kelly Lakshmi Leanne Magda Marcia Michelle Nasreen Nicola Patience Rachel Rekha
    Rukhsana Sarah Shabana Sian Stacey Sunita Tracey Victoria Yvonne Zeinab
""")
MEN = _words("""
    Abdul Adrian Andrew Anil Babatunde Balbir Brendan Carl Craig Darren Dean Deepak Emmanuel Faisal Gareth Gary
    Glyn Ian Imran Jamal Jason Kamran Karl Kenneth Kevin Lee Manjit Marcin Mark Martin Nigel Paul Peter Rashid
    Ravi Robert Shaun Stephen Tunde Wayne
""")
STREETS = _words("""
    Alderfold Bilberry Brackenbury Candlewick Chandlery Clogger Copperas Dovecroft Drystone Dyehouse Fernlea
    Fullers Gannister Hagstone Heronsgate Jennet Kilnhurst Lambsfold Larkspur Limeburner Merestone Millrace
    Nailers Oxenholt Paddock Pinfold Quarrybank Rushmere Saltersgate Shuttle Sorrel Stonepit Tanyard Teasel
    Thimble Turnpike Wheelwright Whinberry Woolcomber Yarrow
""")
WAYS = _words("""
    Avenue Close Court Crescent Drive Fold Grove Lane Road Street Terrace Way
""")
NEEDS = ("EHC plan", "SEN support", "SEN support", "SEN support")
HEALTH = ("Asthma", "Coeliac disease", "Epilepsy", "Nut allergy", "Sickle cell disease", "Type 1 diabetes")
